// A pnpmfile for packing alone: the package.json that is published names nothing that only building it needs.
function beforePacking({ devDependencies: _, scripts: __, ...published }) {
  return published;
}

export const hooks = { beforePacking };
