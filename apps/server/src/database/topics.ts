/** Whose events somebody watches. */
export type Topic = `person:${string}` | `organization:${string}`;

/** The channel of PostgreSQL's NOTIFY on which instances tell each other the topics that have new events. */
export const TOPIC_CHANNEL = 'truconn_topics';

/** The ids of some topics, by kind. */
export function idsOfTopics(topics: Iterable<Topic>): { persons: string[]; organizations: string[] } {
  const ids = { persons: [] as string[], organizations: [] as string[] };
  for (const topic of topics) {
    const id = topic.slice(topic.indexOf(':') + 1);
    (topic.startsWith('person:') ? ids.persons : ids.organizations).push(id);
  }
  return ids;
}
