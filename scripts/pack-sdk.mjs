// What `npm run pack:sdk` calls once everything is built: makes the tarball that others can install.
// The directory it goes to may be given; else it is the project's.
import { packSdk } from './lib/pack-sdk.mjs';
import { root } from './lib/workspace.mjs';

try {
  const { tarball } = await packSdk(process.argv[2] ?? root);
  console.log(`${tarball}\n\nIn any project:  npm install ${tarball}`);
} catch (error) {
  console.error(error.sentence ?? error);
  process.exit(1);
}
