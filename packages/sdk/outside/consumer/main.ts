// The story on a runtime that has processes: Node, Bun and Deno.
import { argv } from 'node:process';
import { tellStory } from './story.ts';

tellStory(argv[2] ?? '').then((story) => console.log(JSON.stringify(story)));
