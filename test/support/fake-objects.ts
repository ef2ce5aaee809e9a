/** The objects that a fake API server holds, by their path: each with a uid, a resourceVersion and the owners of its fields. */
import type { ManagedFields } from '../../driver/kubernetes/objects';

export interface StoredObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Record<string, unknown> & { readonly name: string };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  readonly data?: unknown;
}

export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
}

export class FakeObjects {
  private readonly objects = new Map<string, StoredObject>();
  private version = 100;

  get(path: string): StoredObject | undefined {
    return this.objects.get(path);
  }

  remove(path: string): void {
    this.objects.delete(path);
  }

  get paths(): string[] {
    return [...this.objects.keys()].sort();
  }

  /** Without a writer nobody comes to own a field. */
  store(path: string, object: StoredObject, writer?: Writer): StoredObject {
    const previous = this.objects.get(path);
    const owners = ownersOf(object) ?? ownersOf(previous) ?? [];
    const uid = previous?.metadata.uid ?? `uid-${++this.version}`;
    const resourceVersion = String(++this.version);
    const time = new Date(this.version * 1000).toISOString();
    const managedFields = writer ? afterWrite(owners, writer, time) : owners;
    const stored = { ...object, metadata: { uid, ...object.metadata, resourceVersion, managedFields } };
    this.objects.set(path, stored);
    return stored;
  }

  /** `selector` such as `app=web,version=v1`. */
  list(path: string, selector: string): StoredObject[] {
    const wanted = selector.split(',').filter((part) => part !== '');
    return [...this.objects]
      .filter(([own]) => own.startsWith(`${path}/`) || isOfAllNamespaces(path, own))
      .map(([, object]) => object)
      .filter(({ metadata }) =>
        wanted.every((part) => {
          const [key = '', value] = part.split('=');
          return (metadata.labels as Record<string, string> | undefined)?.[key] === value;
        }),
      );
  }
}

/** Such as /api/v1/pods. */
function isOfAllNamespaces(path: string, own: string): boolean {
  const [resource = '', ...api] = path.split('/').reverse();
  return own.startsWith(`${api.reverse().join('/')}/namespaces/`) && own.split('/').at(-2) === resource;
}

function ownersOf(object: StoredObject | undefined): readonly ManagedFields[] | undefined {
  return object?.metadata.managedFields as readonly ManagedFields[] | undefined;
}

/** One entry for each manager and operation, with the time of its last write. Which fields it set is not kept. */
function afterWrite(entries: readonly ManagedFields[], { manager, operation }: Writer, time: string): ManagedFields[] {
  const others = entries.filter((entry) => entry.manager !== manager || entry.operation !== operation);
  return [...others, { manager, operation, time }];
}
