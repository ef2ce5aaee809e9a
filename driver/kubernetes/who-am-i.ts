/** Who the API server takes this process for. The name of a user in a kubeconfig is whatever its owner wrote there. */
import { ApiError, isPassing, type Api } from './api';

interface Review {
  readonly status?: { readonly userInfo?: { readonly username?: string } };
}

const apiVersion = 'authentication.k8s.io/v1';

/** Undefined when the API server cannot say it: before Kubernetes 1.28, or without the right. */
export async function whoAmI(api: Api): Promise<string | undefined> {
  const path = `/apis/${apiVersion}/selfsubjectreviews`;
  const body = { apiVersion, kind: 'SelfSubjectReview' };
  try {
    return (await api.send<Review>({ method: 'POST', path, body })).status?.userInfo?.username;
  } catch (error) {
    if (error instanceof ApiError && !isPassing(error) && error.status !== 401) return undefined;
    throw error;
  }
}
