import * as z from 'zod';

/** What Grafana's POST /api/annotations takes; fields that mean nothing here are left aside. */
export const GrafanaAnnotation = z.object({
  id: z.int().optional(),
  /** Epoch milliseconds. */
  time: z.number().min(0).max(8.64e15).optional(),
  timeEnd: z.number().min(0).max(8.64e15).optional(),
  tags: z
    .array(z.string().max(500))
    .max(100)
    .default([])
    .describe('name:value and name=value become labels, the first other one is the kind'),
  text: z.string().max(10_000).default(''),
});
export type GrafanaAnnotation = z.output<typeof GrafanaAnnotation>;

/** As Grafana answers. */
export const AnnotationAdded = z.object({ message: z.string(), id: z.int() });

const when = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const GithubDeployment = z.object({
  id: z.int(),
  ref: z.string().max(500).default(''),
  task: z.string().min(1).max(64).default('deploy'),
  environment: z.string().max(500).default(''),
  created_at: when,
  creator: z.object({ login: z.string().max(200) }).nullish(),
});

const GithubDeploymentStatus = z.object({ state: z.string(), created_at: when });

/** Body of a GitHub webhook; which parts are there depends on what happened. */
export const GithubWebhook = z.object({
  deployment: GithubDeployment.nullish(),
  deployment_status: GithubDeploymentStatus.nullish(),
  repository: z.object({ full_name: z.string().max(500) }).nullish(),
});
export type GithubWebhook = z.output<typeof GithubWebhook>;

export const GithubLabels = z
  .record(z.string(), z.string())
  .describe('Labels of its events, as the address of the webhook has them: ?service=api');

export const HookAnswer = z.object({ message: z.string(), event_id: z.int().nullable() });

/** What Slack sends when somebody presses a button; fields that mean nothing here are left aside. */
export const SlackInteraction = z.object({
  type: z.string().max(100),
  user: z.object({
    id: z.string().min(1).max(200),
    username: z.string().min(1).max(200).optional(),
    name: z.string().min(1).max(200).optional(),
  }),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(300).default(''),
        value: z.string().max(300).default(''),
      }),
    )
    .max(100)
    .default([]),
});

export const SlackAnswer = z.object({ message: z.string(), incident_id: z.int().nullable() });
