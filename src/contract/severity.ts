import * as z from 'zod';
import { SEVERITIES } from '../core/anomalies/severity.ts';

export const Severity = z.enum(SEVERITIES);
