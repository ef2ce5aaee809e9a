/** Release files of many services. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedFile, type Services } from './programs';

/** Each is the shipped one by another name, in a namespace of its own. */
export function manyServices(folder: string, count: number): Services {
  const own = join(folder, `services-${count}`);
  mkdirSync(own, { recursive: true });
  const shipped = readFileSync(shippedFile, 'utf8');
  const files = Array.from({ length: count }, (_, index) => {
    const name = `name: demo-${index}\nnamespace: demo-${index}\nhosts: [demo-${index}.example.com]\n`;
    const text = shipped.replace(/^name: .*\nnamespace: .*\nhosts: .*\n/m, name);
    if (text === shipped) throw new Error(`expected name, namespace and hosts in ${shippedFile}, found other lines`);
    const file = join(own, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  return { what: `, ${count} services`, files: files.join(':') };
}
