// The story in a worker, which has nothing of Node.
import { tellStory } from './story.ts';

export default {
  async fetch(_request: Request, { TRUCONN_URL }: { TRUCONN_URL: string }): Promise<Response> {
    return Response.json(await tellStory(TRUCONN_URL));
  },
};
