/** Envoys besides the cluster's own: the newest patch of each minor that is in use. e2e/cluster/versions.env pins them. */
export const otherEnvoys = ['1.36.4', '1.37.0', '1.39.3', '1.40.0'] as const;

export const oldestEnvoy = otherEnvoys[0];

/** Of the image with the cluster's own. */
export const ownEnvoyTag = '1';
