/** What the YAML of a workload consists of. */
export { configMapsIn, renamed } from './config-maps';
export { mainContainer, podSpecOf } from './container';
export {
  choosesByLabels,
  isSubset,
  partsOf,
  podLabelsOf,
  scales,
  servicePorts,
  targetFields,
  textOf,
  type WorkloadParts,
} from './parts';
export { preStopSeconds } from './pre-stop';
