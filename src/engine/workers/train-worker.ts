import { serveTasks } from './serve-tasks.ts';
import { type TrainingOutcome, type TrainingTask, trainOnHistory } from './training-task.ts';

serveTasks<TrainingTask, TrainingOutcome>(trainOnHistory);
