/** The image and the manifests agree on what neither can import from the other. */
import { readFileSync } from 'node:fs';

const instructions = readFileSync('driver/Dockerfile', 'utf8')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line));

describe("the driver's image", () => {
  test('starts Node as process 1, as a user that is not root and is a number', () => {
    expect(instructions).toContain('ENTRYPOINT ["node", "/usr/local/bin/handover"]');
    expect(instructions).toContain('USER 10001:10001');
    expect(readFileSync('charts/driver-job.ts', 'utf8')).toContain('runAsUser: 10001');
  });

  test('takes its base as an argument, and nothing but the bundle and its licences from the repository', () => {
    expect(instructions.slice(0, 2)).toEqual([expect.stringMatching(/^ARG BASE=/), 'FROM ${BASE}']);
    expect(instructions.filter((line) => /^(COPY|ADD|RUN)/.test(line))).toEqual([
      'COPY --chmod=0555 build/handover.js /usr/local/bin/handover',
      'COPY LICENSE NOTICE build/THIRD-PARTY-LICENSES /usr/local/share/doc/handover/',
    ]);
    expect(readFileSync('driver/Dockerfile.dockerignore', 'utf8')).toBe(
      '*\n!LICENSE\n!NOTICE\n!build/THIRD-PARTY-LICENSES\n!build/handover.js\n',
    );
  });
});
