import type { RecommendationAnswer } from '@q/contract/recommendations';

type Task = RecommendationAnswer['analysis']['task'];

/** Tasks whose models do not answer in a chat. */
const NOT_CHATS: readonly Task[] = ['embeddings', 'speech_to_text', 'text_to_speech', 'video_gen'];

/** Whether a model for this task can be tried in the chat. */
export function isChatTask(task: Task): boolean {
  return !NOT_CHATS.includes(task);
}
