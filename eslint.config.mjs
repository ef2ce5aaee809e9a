// Typed lint rules, and the direction of imports: app → charts, model · charts → imports, manifests, model ·
// driver → manifests, model · manifests → model · service → nothing of ours · model → nothing of ours.
import tseslint from 'typescript-eslint';

const folders = [
  'app',
  'bench',
  'charts',
  'driver',
  'e2e',
  'imports',
  'manifests',
  'model',
  'scripts',
  'service',
  'test',
];

/** Files of `from` may import only from the folders in `allowed` (and their own). */
function mayImport(from, allowed, extra = []) {
  const forbidden = folders.filter((folder) => folder !== from && !allowed.includes(folder));
  return {
    files: [`${from}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: forbidden.flatMap((folder) => [`**/../${folder}`, `**/../${folder}/**`, `../${folder}/**`]),
              message: `${from}/ may import only: ${[...allowed, 'its own files and packages'].join(', ')}`,
            },
            ...extra,
          ],
        },
      ],
    },
  };
}

const cluster = {
  group: ['@kubernetes/client-node'],
  message:
    'only driver/kubernetes speaks to the Kubernetes API; everything else uses the ports driver/istio/cluster.ts and driver/rolling/cluster.ts',
};
const chartsDoor = { group: ['**/charts/*', '!**/charts/index'], message: 'import charts/ by its index' };

export default tseslint.config(
  { ignores: ['build', 'coverage', 'dist', 'examples', 'imports', 'node_modules', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'max-lines': ['error', { max: 300, skipComments: true, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      complexity: ['error', 12],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  mayImport('model', [], [cluster]),
  mayImport('manifests', ['model'], [cluster]),
  mayImport('charts', ['imports', 'manifests', 'model'], [cluster]),
  mayImport('app', ['charts', 'model'], [cluster, chartsDoor]),
  mayImport('driver', ['manifests', 'model'], [cluster]),
  mayImport('service', [], [cluster]),
  mayImport('imports', []),
  { files: ['driver/kubernetes/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['test/**', 'e2e/**', 'bench/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 500 }] },
  },
);
