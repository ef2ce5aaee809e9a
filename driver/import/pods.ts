/** The Deployment as the pods of a version: without what is meant for the one that runs, and with an end that loses nothing. */
import { fieldsOf, isFields, listOf, nameOf, preStopSeconds, specOf, withField, type Fields } from '../../manifests';
import { releaseFile, type Complaint, type Manifest } from '../../model';
import { cleaned, withoutDefaults, withoutRuntimeAnnotations } from './clean';
import { danger, left, taken, type Made, type Note } from './note';

export interface Pods {
  readonly deployment: Manifest;
  /** Seconds; undefined: handover's own. */
  readonly shutdownDelay: number | undefined;
}

export interface Circumstances {
  readonly isScaled: boolean;
  /** Of the pods that run: none has a sidecar. */
  readonly isWithoutSidecar: boolean;
  /** How the version will be called. */
  readonly becomes: string;
  /** It is the first version itself, and only the next ones are made of its template. */
  readonly isAdopted: boolean;
}

const injectLabel = 'sidecar.istio.io/inject';
const podDefaults: Fields = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
};
const containerDefaults: Fields = {
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
/** Those of a file that says none. Every command loads this module: only an import pays for them. */
const usualTimings = () => releaseFile.shape.timings.parse(undefined);

type Timings = ReturnType<typeof usualTimings>;

export function podsOf(live: Manifest, circumstances: Circumstances): Made<Pods> {
  const { object, notes } = cleaned(live, false);
  const spec = specOf(object);
  const template = withoutRuntimeAnnotations(fieldsOf(spec.template));
  const end = endOf(live, fieldsOf(template.spec));
  const pod = withoutDefaults(end.made.pod, { ...podDefaults, serviceAccount: end.made.pod.serviceAccountName });
  const containers = listOf(pod.containers).map((each) => withoutDefaults(each, containerDefaults));
  const finished = withSidecarAsItIs({ ...template, spec: { ...pod, containers } }, circumstances);
  const kept = withField(withField(spec, 'paused', undefined), 'template', finished);
  const deployment = {
    ...object,
    spec: circumstances.isScaled ? withField(kept, 'replicas', undefined) : kept,
  };
  return {
    made: { deployment, shutdownDelay: end.made.shutdownDelay },
    notes: [
      circumstances.isAdopted
        ? taken(`${nameOf(live)} spec.template`, 'the next version is made of it')
        : taken(
            nameOf(live),
            `it becomes Deployment/${circumstances.becomes}, with its own pods; the one that runs stays`,
          ),
      ...notes,
      ...specNotes(live, circumstances),
      ...end.notes,
    ],
    problems: [...end.problems, ...withoutPods(live)],
  };
}

function specNotes(live: Manifest, { isScaled, isWithoutSidecar }: Circumstances): Note[] {
  const { paused, replicas } = specOf(live);
  return [
    ...(paused === true ? [left(`${nameOf(live)} spec.paused`, 'a version is never changed, so nothing rolls')] : []),
    ...(isScaled && replicas !== undefined
      ? [left(`${nameOf(live)} spec.replicas`, 'what scales it says the number of pods')]
      : []),
    ...(isWithoutSidecar
      ? [
          danger(
            nameOf(live),
            'its pods have no sidecar, so requests in flight are counted at proxies alone (inFlight: proxies); streams that began before the take-over are in no count',
          ),
        ]
      : []),
  ];
}

function withoutPods(live: Manifest): Complaint[] {
  if (specOf(live).replicas !== 0) return [];
  return [{ expected: `pods of ${nameOf(live)}`, found: 'replicas: 0', fix: 'scale it up, or import what serves' }];
}

/** Where the namespace injects none, handover's label would give the new pods one. */
function withSidecarAsItIs(template: Fields, { isWithoutSidecar }: Circumstances): Fields {
  if (!isWithoutSidecar) return template;
  const metadata = fieldsOf(template.metadata);
  const labels = { ...fieldsOf(metadata.labels), [injectLabel]: 'false' };
  return { ...template, metadata: { ...metadata, labels } };
}

/** Whether the pod template itself says that its pods get none. */
export function refusesSidecar(live: Manifest): boolean {
  const { labels, annotations } = fieldsOf(fieldsOf(specOf(live).template).metadata);
  return [labels, annotations].some((each) => String(fieldsOf(each)[injectLabel]) === 'false');
}

interface End {
  readonly pod: Fields;
  readonly shutdownDelay: number | undefined;
}

/** preStop hooks and grace period: kept where they are long enough, else left out, so that handover writes its own. */
function endOf(live: Manifest, pod: Fields): Made<End> {
  const what = nameOf(live);
  const timings = usualTimings();
  const notes: Note[] = [];
  const problems: Complaint[] = [];
  const containers = listOf(pod.containers).map((container) => {
    const hook = hookOf(container);
    const seconds = hook && preStopSeconds(hook);
    const where = `${what} container ${String(container.name)}`;
    if (hook === undefined) {
      notes.push(
        danger(where, 'it has no preStop, so that pods stop while proxies still send; a new one sleeps first'),
      );
      return container;
    }
    if (seconds === undefined || seconds >= timings.endpointPropagationSeconds) return container;
    const tooShort = `its preStop of ${seconds} s ends before proxies have stopped sending`;
    if (!isPlainSleep(hook)) {
      const fix = 'write a longer one into its YAML, and import that with -f';
      problems.push({
        expected: `a preStop of ${where} of ${timings.endpointPropagationSeconds} s`,
        found: `${seconds} s`,
        fix,
      });
      return container;
    }
    notes.push(danger(where, tooShort), left(`${where} preStop`, 'too short: handover writes a longer one'));
    return withField(container, 'lifecycle', withoutHook(container));
  });
  const delays = containers.map((each) => preStopSeconds(hookOf(each) ?? {}) ?? 0);
  const delay = Math.max(timings.shutdownDelaySeconds, ...delays);
  const grace = graceOf(what, pod, delay, timings);
  return {
    made: {
      pod: withField({ ...pod, containers }, 'terminationGracePeriodSeconds', grace.made),
      shutdownDelay: delay > timings.shutdownDelaySeconds ? delay : undefined,
    },
    notes: [...notes, ...grace.notes],
    problems,
  };
}

function hookOf(container: Fields): Fields | undefined {
  const { preStop } = fieldsOf(container.lifecycle);
  return isFields(preStop) ? preStop : undefined;
}

function isPlainSleep({ sleep, exec }: Fields): boolean {
  const { command } = fieldsOf(exec);
  return isFields(sleep) || (Array.isArray(command) && /^(\S*sh -c )?\S*sleep \d+s?$/.test(command.join(' ')));
}

function withoutHook(container: Fields): Fields | undefined {
  const rest = withField(fieldsOf(container.lifecycle), 'preStop', undefined);
  return Object.keys(rest).length > 0 ? rest : undefined;
}

const usualGraceSeconds = 30;

function graceOf(
  what: string,
  pod: Fields,
  delay: number,
  timings: Timings,
): { made: number | undefined; notes: Note[] } {
  const field = `${what} terminationGracePeriodSeconds`;
  const { terminationGracePeriodSeconds: live } = pod;
  if (typeof live !== 'number') return { made: undefined, notes: [] };
  const needed = delay + timings.longestRequestSeconds + timings.exitMarginSeconds;
  if (live > needed && live !== usualGraceSeconds) return { made: live, notes: [] };
  const computed = 'handover computes it from timings';
  if (live > needed)
    return { made: undefined, notes: [left(field, `${live} is what Kubernetes fills in; ${computed}`)] };
  const why = `${live} s end pods with requests in hand: ${delay} s of preStop and ${timings.longestRequestSeconds} s for the longest request need more`;
  return { made: undefined, notes: [danger(field, why), left(field, `too short; ${computed}`)] };
}
