import * as z from 'zod';

/* Kubernetes' objects as far as ours use them; any other key is a mistake. */
const names = z.record(z.string(), z.string());
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/),
  labels: names.optional(),
  annotations: names.optional(),
});
const httpProbe = z.strictObject({
  httpGet: z.strictObject({ path: z.enum(['/-/healthy', '/-/ready']), port: z.literal('http') }),
  periodSeconds: z.int().min(1),
  timeoutSeconds: z.int().min(1).optional(),
  failureThreshold: z.int().min(1).optional(),
});
const quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);

const container = z.strictObject({
  name: z.string(),
  image: z.literal('saimon'),
  args: z.array(z.string()),
  ports: z.array(z.strictObject({ name: z.literal('http'), containerPort: z.literal(8000) })),
  startupProbe: httpProbe,
  livenessProbe: httpProbe,
  readinessProbe: httpProbe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: quantity, memory: quantity }),
    limits: z.strictObject({ memory: quantity }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
});

const volume = z.strictObject({
  name: z.string(),
  configMap: z.strictObject({ name: z.literal('saimon') }).optional(),
  secret: z
    .strictObject({ secretName: z.literal('saimon'), defaultMode: z.literal(0o440) })
    .optional(),
  emptyDir: z.strictObject({ sizeLimit: quantity }).optional(),
});

const Deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: z.int().min(1),
    strategy: z.strictObject({ type: z.enum(['Recreate', 'RollingUpdate']) }),
    selector: z.strictObject({ matchLabels: names }),
    template: z.strictObject({
      metadata: z.strictObject({ labels: names, annotations: names }),
      spec: z.strictObject({
        serviceAccountName: z.literal('saimon'),
        automountServiceAccountToken: z.literal(false),
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.literal(1000),
          runAsGroup: z.literal(1000),
          fsGroup: z.literal(1000),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
        containers: z.tuple([container]),
        volumes: z.array(volume),
      }),
    }),
  }),
});

const Service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    clusterIP: z.literal('None').optional(),
    selector: names,
    ports: z.array(
      z.strictObject({
        name: z.literal('http'),
        port: z.literal(8000),
        targetPort: z.literal('http'),
      }),
    ),
  }),
});

const Namespace = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Namespace'),
  metadata,
});

const ServiceAccount = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ServiceAccount'),
  metadata,
  automountServiceAccountToken: z.literal(false),
});

const NetworkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector: z.strictObject({ matchLabels: names }),
    policyTypes: z.tuple([z.literal('Ingress')]),
    ingress: z.array(
      z.strictObject({
        from: z.array(
          z.strictObject({
            podSelector: z.strictObject({}).optional(),
            namespaceSelector: z.strictObject({ matchLabels: names }).optional(),
          }),
        ),
        ports: z.array(z.strictObject({ protocol: z.literal('TCP'), port: z.literal(8000) })),
      }),
    ),
  }),
});

export const Manifest = z.discriminatedUnion('kind', [
  Deployment,
  Service,
  Namespace,
  ServiceAccount,
  NetworkPolicy,
]);

export const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.literal('saimon'),
  resources: z.array(z.string()),
  configMapGenerator: z.array(
    z.strictObject({ name: z.literal('saimon'), files: z.array(z.string()) }),
  ),
  labels: z.array(z.strictObject({ pairs: names })),
  images: z.array(z.strictObject({ name: z.literal('saimon'), newTag: z.string() })),
});
