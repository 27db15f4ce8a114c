import { serveTasks } from './serve-tasks.ts';
import { isTrainingTask, trainOnHistory } from './training-task.ts';

serveTasks(isTrainingTask, trainOnHistory);
