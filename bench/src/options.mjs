import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.mjs';

const names = SCENARIOS.map(({ name }) => name);

export const HELP = `npm run bench -- [options]
  --seconds N   length of one round of one server (2)
  --rounds N    rounds, each of both servers (10)
  --only NAME   one scenario: ${names.join(', ')}`;

/**
 * @param {string[]} args
 * @returns {{ seconds: number, rounds: number, scenarios: typeof SCENARIOS, help: boolean }}
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '10' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { only, help } = values;
  if (only !== undefined && !names.includes(only)) {
    throw new Error(`--only must be one of ${names.join(', ')}.`);
  }
  return {
    seconds: wholeNumber('--seconds', values.seconds),
    rounds: wholeNumber('--rounds', values.rounds),
    scenarios: SCENARIOS.filter(({ name }) => only === undefined || name === only),
    help,
  };
}

function wholeNumber(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 3600) {
    throw new Error(`${name} must be a whole number from 1 to 3600.`);
  }
  return number;
}
