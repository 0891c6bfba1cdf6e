/**
 * Who may import whom. Each rule has a planted violation in test/fixtures/planted/boundaries.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'core-alone',
      comment: 'core decides without input, output or libraries: it imports its own files and nothing else',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { pathNot: '^packages/core/src/' },
    },
    {
      name: 'runtime-on-core',
      comment: 'runtime is below every other package but core',
      severity: 'error',
      from: { path: '^packages/runtime/src/' },
      to: { path: '^(?:packages|services)/', pathNot: '^packages/(?:runtime|core)/' },
    },
    {
      name: 'contract-alone',
      comment: 'contract runs in a browser as well: zod and its own files, no module of Node',
      severity: 'error',
      from: { path: '^packages/contract/src/' },
      to: { pathNot: '^packages/contract/src/|/node_modules/zod/|^zod$' },
    },
    {
      name: 'middle-row-apart',
      comment:
        'storage, feeds, queue, alerts, reports, sources and config know core and runtime, never each other; engine ties them',
      severity: 'error',
      from: { path: '^packages/(storage|feeds|queue|alerts|reports|sources|config)/src/' },
      to: { path: '^packages/', pathNot: '^packages/(?:$1|core|runtime)/' },
    },
    {
      name: 'engine-not-services',
      comment: 'a use case knows nothing of the processes that call it; nor does any other package',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'no-service-imports-service',
      comment: 'services meet in the database and the queue; standalone alone puts them into one process',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/standalone/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'two files that need each other are one file, or lack a third',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolves',
      comment: 'an import that resolves to nothing would pass every rule above',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-deep-imports',
      comment: 'another package is used through its index.ts',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/' },
      to: {
        path: '^(?:packages|services)/',
        pathNot: ['^$1/$2/', '^(?:packages|services)/[^/]+/src/index[.]ts$'],
      },
    },
    {
      name: 'no-deep-imports-from-outside',
      comment: 'tests, scripts and examples use a package as any caller does',
      severity: 'error',
      from: { pathNot: '^(?:packages|services)/' },
      to: { path: '^(?:packages|services)/', pathNot: '^(?:packages|services)/[^/]+/src/index[.]ts$' },
    },
    {
      name: 'source-not-test',
      comment: 'what is shipped imports nothing that is only there for the tests',
      severity: 'error',
      from: { path: '^(?:packages|services)/[^/]+/src/' },
      to: { path: '^test/|^(?:packages|services)/[^/]+/test/' },
    },
    {
      name: 'source-not-dev-dependency',
      comment: 'production installs no devDependencies',
      severity: 'error',
      from: { path: '^(?:packages|services)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/fixtures/' },
    tsPreCompilationDeps: true, // an `import type` ties two packages together as well
    // Without these two every @quhua/* import is unresolved, and all layer rules pass green.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
