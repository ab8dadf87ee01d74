import type { AccessTerms, DecidedAction } from '../../domain/mail/mail-content.ts';
import { type AccessTemplates, sayPurpose } from './mail-words.ts';
import { sayMoment } from './say-moment.ts';

const CHOICE = 'આવા કયા મેઇલ તમને મળે તે તમે તમારા ખાતાના સેટિંગમાં પસંદ કરી શકો છો.';

const say = (moment: Date) => `${sayMoment('gu', moment)} વાગ્યે`;

function sayTerms({ expiresAt, maxReads }: AccessTerms, untilEnded: string): string {
  const until = expiresAt === null ? untilEnded : `${sayMoment('gu', expiresAt)} વાગ્યા સુધી`;
  if (maxReads === null) return until;
  return `${until}, ${maxReads === 1 ? 'ફક્ત એક વાર' : `વધુમાં વધુ ${maxReads} વાર`}`;
}

function callOrganization(name: string | null): string {
  return name === null ? 'એક સંસ્થા' : `સંસ્થા "${name}"`;
}

function toOrganization(name: string | null): string {
  return name === null ? 'એક સંસ્થાને' : `સંસ્થા "${name}" ને`;
}

function sayDecision(action: DecidedAction, category: string): string {
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `શ્રેણી "${category}" ના ડેટા માટેની તમારી વિનંતી મંજૂર કરી છે.`,
    ACCESS_DENIED: `શ્રેણી "${category}" ના ડેટા માટેની તમારી વિનંતી નામંજૂર કરી છે.`,
    ACCESS_PAUSED: `શ્રેણી "${category}" નો ડેટા જોવાની તમારી સંસ્થાની મંજૂરી થોડા સમય માટે થોભાવી છે.`,
    ACCESS_RESUMED: `શ્રેણી "${category}" નો ડેટા જોવાની તમારી સંસ્થાની મંજૂરી ફરી ચાલુ કરી છે.`,
    ACCESS_REVOKED: `શ્રેણી "${category}" ના ડેટા માટેની તમારી વિનંતીનો અંત આણ્યો છે.`,
  };
  return words[action];
}

function sayWhatFollows(action: DecidedAction, terms: AccessTerms): string {
  const until = sayTerms(terms, 'તેઓ તેનો અંત ન લાવે ત્યાં સુધી');
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `તમારી સંસ્થા આ ડેટા ${until} જોઈ શકે છે.`,
    ACCESS_DENIED: 'તમારી સંસ્થા આ ડેટા જોઈ શકતી નથી.',
    ACCESS_PAUSED: 'તેઓ તેને ફરી ચાલુ ન કરે ત્યાં સુધી તમારી સંસ્થા આ ડેટા જોઈ શકતી નથી.',
    ACCESS_RESUMED: 'તમારી સંસ્થા આ ડેટા ફરી જોઈ શકે છે.',
    ACCESS_REVOKED: 'તમારી સંસ્થા હવે આ ડેટા જોઈ શકતી નથી.',
  };
  return words[action];
}

export const accessTemplates: AccessTemplates = {
  access_requested: ({ organization, verified, category, purpose, ...terms }) => ({
    subject: 'એક સંસ્થા તમારો ડેટા જોવા માગે છે',
    paragraphs: [
      `${callOrganization(organization)} TruConn પર શ્રેણી "${category}" નો તમારો ડેટા જોવા માગે છે.`,
      ...(verified ? [] : ['આ સંસ્થા ખરેખર કોણ છે તેની ચકાસણી હજી થઈ નથી.']),
      ...sayPurpose(purpose, {
        inAccount: 'સંસ્થાએ જણાવેલું કારણ તમારા ખાતામાં વિનંતી સાથે લખેલું છે.',
        quote: (words) => `સંસ્થાએ જણાવેલું કારણ: "${words}"`,
      }),
      `જો તમે મંજૂર કરો, તો તે આ ડેટા ${sayTerms(terms, 'તમે તેનો અંત ન લાવો ત્યાં સુધી')} જોઈ શકશે.`,
      'તમે મંજૂર ન કરો ત્યાં સુધી તેને તમારા નામ સિવાય કંઈ દેખાતું નથી. મંજૂર કે નામંજૂર કરવા માટે TruConn માં સાઇન ઇન કરો અને તમારી વિનંતીઓ જુઓ. જો તમે આ ન ઇચ્છતા હો, તો તમારે કંઈ કરવાની જરૂર નથી.',
      CHOICE,
    ],
  }),
  access_decided: ({ person, category, action, decidedAt, ...terms }) => ({
    subject: 'તમારી સંસ્થાની વિનંતી પર નિર્ણય થયો છે',
    paragraphs: [
      `${person === null ? 'જેમને તમે વિનંતી કરી હતી તેમણે' : `${person} એ`} ${say(decidedAt)} ${sayDecision(action, category)}`,
      sayWhatFollows(action, terms),
      CHOICE,
    ],
  }),
  access_allowed: ({ organization, category, allowedAt, ...terms }) => ({
    subject: 'તમે એક સંસ્થાને તમારો ડેટા જોવાની મંજૂરી આપી છે',
    paragraphs: [
      `${say(allowedAt)} તમારા ખાતામાંથી ${toOrganization(organization)} TruConn પર શ્રેણી "${category}" નો તમારો ડેટા ${sayTerms(terms, 'તમે તેનો અંત ન લાવો ત્યાં સુધી')} જોવાની મંજૂરી આપવામાં આવી છે.`,
      'જો આ તમે કર્યું છે, તો તમારે કંઈ કરવાની જરૂર નથી. તમે તમારા ખાતામાં આ મંજૂરી ગમે ત્યારે થોભાવી શકો છો અથવા તેનો અંત લાવી શકો છો.',
      'જો આ તમે નથી કર્યું, તો બીજું કોઈ તમારું ખાતું વાપરી રહ્યું છે: તરત જ સાઇન ઇન કરો, આ મંજૂરીનો અંત લાવો અને તમારો પાસવર્ડ બદલો.',
    ],
  }),
  ends_soon: ({ consents, accesses }) => ({
    subject: 'તમે આપેલી મંજૂરીઓ જલ્દી પૂરી થવાની છે',
    paragraphs: [
      'TruConn પર આ આવતા થોડા દિવસોમાં આપમેળે પૂરી થઈ જશે:',
      ...consents.map(
        ({ category, endsAt }) =>
          `શ્રેણી "${category}" માટેની તમારી સંમતિ, અને તેની સાથે આ ડેટા જોવાની બધી મંજૂરીઓ: ${say(endsAt)}`,
      ),
      ...accesses.map(
        ({ organization, category, endsAt }) =>
          `${toOrganization(organization)} આપેલી, શ્રેણી "${category}" નો ડેટા જોવાની મંજૂરી: ${say(endsAt)}`,
      ),
      'જો તમે ઇચ્છો કે કોઈ સંમતિ ચાલુ રહે, તો તમારા ખાતામાં તે ફરી આપો. સંસ્થાની મંજૂરી લંબાવી શકાતી નથી: તેણે ફરી વિનંતી કરવી પડશે. જો તમે આ ન ઇચ્છતા હો, તો તમારે કંઈ કરવાની જરૂર નથી.',
      CHOICE,
    ],
  }),
};
