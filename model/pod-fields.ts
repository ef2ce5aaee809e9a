/** Fields of a release file about the pods of a version. */
import * as z from 'zod';
import { adopt } from './adopt-fields';
import { count, cpu, envName, image, memory } from './fields';
import { told } from './told';

const variable = z
  .string()
  .meta(told('The value of this environment variable. A number, true or false has to be in quotes.', 'info', '8'));

export const env = z.record(envName, variable);

export const resourcesExample = { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } };

const requests = z.strictObject({
  cpu: cpu.meta(told('CPU that a pod is sure to get: cores, or thousandths with m. At most the limit.', '250m')),
  memory: memory.meta(told('Memory that a pod is sure to get, in bytes with a unit. At most the limit.', '256Mi')),
});

const limits = z.strictObject({
  cpu: cpu.meta(told('The most CPU that a pod may use: cores, or thousandths with m.', '1')),
  memory: memory.meta(told('The most memory that a pod may use. With more it is killed.', '512Mi')),
});

export const resources = z.strictObject({
  requests: requests.meta(told('What a node has to have free for a pod.', resourcesExample.requests)),
  limits: limits.meta(told('What a pod may not exceed.', resourcesExample.limits)),
});

export const replicas = z.int().min(1).max(1000);

export const path = z.string().min(1).max(1000);

export const version = z
  .strictObject({
    image: image
      .optional()
      .meta(
        told(
          'The build. It needs a tag other than latest, or a digest, unless the version is in allowUnpinned. Left out: adopt names what runs.',
          'registry.example.com/shop:1.5.0',
        ),
      ),
    adopt: adopt
      .optional()
      .meta(
        told(
          'A Deployment that runs, in place of an image: it is this version. While another version runs beside it, its rollout is paused. Left out: the Deployment is made.',
          'shop',
          { deployment: 'shop', with: ['HorizontalPodAutoscaler/shop'] },
        ),
      ),
    workload: path
      .optional()
      .meta(
        told(
          'YAML of the pods of this version, relative to this file. Not with adopt. Left out: the workload of all versions.',
          'k8s/shop-v2.yaml',
        ),
      ),
    replicas: replicas.optional().meta(told('Pods of this version. Left out: the replicas of all versions.', 3)),
    env: env
      .optional()
      .meta(
        told(
          'Environment variables of this version. They win over those of all versions with the same name. Left out: only those of all versions.',
          { FEATURE: 'enabled' },
        ),
      ),
    resources: resources
      .optional()
      .meta(
        told('CPU and memory of a pod of this version. Left out: the resources of all versions.', resourcesExample),
      ),
  })
  .meta(
    told('One version: its name, and what its pods are made of.', {
      image: 'registry.example.com/shop:1.5.0',
      env: { FEATURE: 'enabled' },
    }),
  );

export const autoscaling = z.strictObject({
  minReplicas: count()
    .default(2)
    .meta(
      told(
        'The fewest pods of a version. During a release the driver raises it to what the traffic needs, then restores it.',
        3,
      ),
    ),
  maxReplicas: count().default(4).meta(told('The most pods of a version; at least minReplicas.', 10)),
  cpu: cpu
    .default('900m')
    .meta(told('Average use of CPU per pod above which pods are added. At most the limit of a pod.', '700m')),
  memory: memory
    .default('768Mi')
    .meta(told('Average use of memory per pod above which pods are added. At most the limit of a pod.', '200Mi')),
});
