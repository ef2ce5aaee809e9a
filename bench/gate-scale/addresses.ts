/** Addresses of pods, each with one of its own: the driver counts an endpoint only when a ready pod has its address. */

export type Endpoints = readonly string[];

/** `subset` and `index` count from 0; up to 250 pods of a version. */
export function versionAddress(subset: number, index: number): string {
  return `10.1.${subset}.${index + 1}`;
}

/** Of a pod that has a proxy. */
export function proxyAddress(proxy: number): string {
  return `10.${2 + (proxy >> 16)}.${(proxy >> 8) & 255}.${proxy & 255}`;
}

/** Of the pods behind another service of the mesh. */
export function otherAddresses(service: number): Endpoints {
  return [1, 2, 3].map((last) => `10.${100 + (service >> 8)}.${service & 255}.${last}`);
}
