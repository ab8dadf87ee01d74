/** An error whose sentence is all that a person needs to read; `output` is what the failed program said. */
export function complain(sentence, output = '') {
  const tail = output.trim().split('\n').slice(-60).join('\n');
  return Object.assign(new Error(sentence), { sentence: tail === '' ? sentence : `${tail}\n\n${sentence}` });
}
