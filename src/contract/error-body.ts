import * as z from 'zod';

/** One thing wrong with a request: where (`["query","limit"]`), what, and which kind. */
export const Complaint = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
});
export type Complaint = z.output<typeof Complaint>;

/** The body of every error; `detail` only with 422. */
export const ErrorBody = z
  .object({
    error: z.string(),
    status_code: z.int(),
    code: z.string(),
    request_id: z.string(),
    detail: z.array(Complaint).optional(),
  })
  .meta({ id: 'Error', description: 'What went wrong; with 422 `detail` names each field' });
export type ErrorBody = z.output<typeof ErrorBody>;
