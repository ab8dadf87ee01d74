/** Undoes what was set up, last first, however the run ends. */
export class Cleanup {
  #steps = [];
  #done;

  /**
   * @param {() => unknown} step may be asynchronous
   * @throws when the run is being stopped, so that nothing more is begun; what came late is undone
   */
  add(step) {
    if (this.#done !== undefined) {
      step();
      throw new Error('The run was stopped.');
    }
    this.#steps.unshift(step);
  }

  /** Safe to call twice; a step that fails does not keep the others from running. */
  run() {
    this.#done ??= this.#runSteps();
    return this.#done;
  }

  async #runSteps() {
    for (const step of this.#steps) {
      try {
        await step();
      } catch (error) {
        console.error(`Cleaning up: ${error.message}`);
      }
    }
  }
}
