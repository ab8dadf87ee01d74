import { rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

// Here and not by `clean`: each of the two builds would delete what the other has written.
rmSync('dist', { recursive: true, force: true });

// Names that the main entry's own parts call each other by. They are long for readers of the sources, and written out
// they would be a twentieth of the bundle. Nothing of it leaves the package but what storage keeps of a token's times:
// that has the same names in every build.
const INTERNAL_NAMES =
  /^(clientFor|end|endsAtMs|expiresAtMs|found|heard|held|keeper|openStream|ready|recover|renewAtMs|renewPair|signedIn|signedOut|sleep|store|tell|transport|within)$/;
const STORED_NAMES = { expiresAtMs: 'e', renewAtMs: 'r' };

const both: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  // The contract is private to the project: what is used of it becomes part of this package. `canonicalize` and `jose`
  // are ES modules alone, which `require` could not load; THIRD-PARTY-LICENSES.txt has their licences.
  noExternal: [/^@truconn\/contract/, 'canonicalize', /^jose(\/|$)/],
  // The other entries name the types of the main one by the package's own name.
  external: ['@truconn/sdk'],
  dts: {
    compilerOptions: {
      // Of the sources: a bundle of declarations has names of one letter for what it shares with another.
      paths: {
        '@truconn/contract': ['../contract/src/index.ts'],
        '@truconn/contract/ledger-chain': ['../contract/src/ledger-chain.ts'],
        '@truconn/contract/receipt-verification': ['../contract/src/receipt-verification.ts'],
      },
    },
  },
  // Not minified, the bundle can be read and stepped through as it is: there are no source maps.
  // Short words for the same, which minifiers of bundles find only in part; names and lines stay.
  esbuildOptions: (options) => {
    options.minifySyntax = true;
    options.mangleProps = INTERNAL_NAMES;
    options.mangleCache = { ...STORED_NAMES };
  },
  splitting: false,
  treeshake: true,
};

// Apart, so that neither's declarations import the other's, or a file with a hash in its name.
export default defineConfig([
  { ...both, entry: { index: 'src/index.ts', react: 'src/react/index.ts' } },
  { ...both, entry: { verify: 'src/verify.ts' } },
]);
