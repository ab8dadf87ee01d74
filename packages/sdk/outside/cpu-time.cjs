// Preloaded: tells at the end how long the processor worked for the program itself, in seconds.
process.on('exit', () => {
  process.stderr.write(`${process.cpuUsage().user / 1e6}`);
});
