import { ApiError } from '../../../driver/kubernetes/api';
import { refusalOf } from '../../../driver/kubernetes/refusals';

const request = { method: 'POST', path: '/api/v1/namespaces/shop/configmaps' } as const;
const refused = (message: string) => refusalOf(new ApiError(403, 'Forbidden', message, request), 'server', 'staging');

describe('403 Forbidden', () => {
  it.each([
    'configmaps "x" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=3',
    'admission webhook "policy.example.com" denied the request: no limits',
  ])('tells of no missing right when it says: %s', (message) => {
    expect(refused(message)).toMatchObject({ code: 'api-refused', found: `403 ${message}` });
  });

  it.each([
    'configmaps is forbidden: User "u" cannot create resource "configmaps" in API group "" in the namespace "shop"',
    'forbidden: User "u" cannot get path "/apis/apps/v1"',
  ])('tells of a missing right when it says: %s', (message) => {
    expect(refused(message)).toMatchObject({ code: 'forbidden' });
  });
});
