import { CommentTag, Converter, ReflectionKind } from 'typedoc';

/**
 * The reference in docs/sdk/reference, made of the docstrings: `npm run docs`. One page for each entry, no link into a
 * commit, and nothing of this machine, so that it changes where a docstring does and nowhere else.
 * @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>}
 */
export default {
  entryPoints: ['src/index.ts', 'src/verify.ts', 'src/react/index.ts'],
  tsconfig: 'tsconfig.docs.json',
  out: '../../docs/sdk/reference',
  plugin: ['typedoc-plugin-markdown', showProceduresInFull],
  name: '@truconn/sdk',
  readme: 'none',
  sort: ['source-order'],
  groupOrder: ['Functions', 'Classes', 'Procedures', 'Interfaces', 'Type Aliases', '*'],
  includeVersion: false,
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  validation: { notExported: false },
  treatWarningsAsErrors: true,
  outputFileStrategy: 'modules',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  pageTitleTemplates: { module: ({ name }) => (name === 'index' ? '@truconn/sdk' : `@truconn/sdk/${name}`) },
  useCodeBlocks: true,
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  parametersFormat: 'table',
  tableColumnSettings: {
    hideInherited: true,
    hideOverrides: true,
    hideSources: true,
    leftAlignHeaders: true,
  },
};

/**
 * Lists are properties that can be called. Properties go into tables, which have no room for examples: this puts all
 * procedures of an interface, lists among them, one below the other, and these interfaces before the others.
 * @param {import('typedoc').Application} app
 */
function showProceduresInFull(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const api of project.getReflectionsByKind(ReflectionKind.Interface)) {
      if (!isApi(api)) continue;
      putIntoProcedures(api);
      for (const member of api.children ?? []) {
        if (isApi(member.type)) continue;
        putIntoProcedures(member);
        // What is no property is shown in full.
        if (member.kind === ReflectionKind.Property) member.kind = ReflectionKind.Variable;
      }
    }
  });
}

function putIntoProcedures({ comment, signatures = [] }) {
  for (const described of [comment, ...signatures.map((signature) => signature.comment)]) {
    described?.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: 'Procedures' }]));
  }
}

/** The interfaces of procedures are called so, and nothing else is. */
function isApi(named) {
  return named?.name?.endsWith('Api') ?? false;
}
