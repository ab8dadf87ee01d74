import type { AvatarStorage } from '../domain/profile/avatar-storage.ts';
import type { Settings } from '../settings.ts';
import { createFileStorage } from './file-storage.ts';
import { createS3Storage } from './s3-storage.ts';

/** The store that the settings name; nothing is opened before the first picture. */
export function openAvatarStorage({ dataDir, s3 }: Pick<Settings, 'dataDir' | 's3'>): AvatarStorage {
  return s3 === undefined ? createFileStorage(dataDir) : createS3Storage(s3);
}
