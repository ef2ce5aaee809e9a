/** Which object, or which service: a Release is one of these, and whoever needs no more asks for no more. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}
