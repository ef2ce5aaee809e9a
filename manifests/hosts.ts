/** The ways in which a VirtualService or DestinationRule may write the host of a Service. */

/**
 * Whether a host that an object in `namespace` names is `host`, such as `web.shop.svc.cluster.local`. A name without a dot
 * means a Service of the object's own namespace.
 */
export function meansHost(reference: unknown, host: string, namespace: string | undefined): boolean {
  if (reference === host) return true;
  const [name, own, service] = host.split('.');
  if (service !== 'svc') return false;
  const short = namespace === own ? [name] : [];
  return [...short, `${name}.${own}`, `${name}.${own}.svc`].some((spelling) => spelling === reference);
}
