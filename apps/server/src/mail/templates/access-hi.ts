import type { AccessTerms, DecidedAction } from '../../domain/mail/mail-content.ts';
import { type AccessTemplates, sayPurpose } from './mail-words.ts';
import { sayMoment } from './say-moment.ts';

const CHOICE = 'आपको ऐसे कौन-से मेल मिलें, यह आप अपने खाते की सेटिंग में चुन सकते हैं।';

const say = (moment: Date) => `${sayMoment('hi', moment)} बजे`;

function sayTerms({ expiresAt, maxReads }: AccessTerms, untilEnded: string): string {
  const until = expiresAt === null ? untilEnded : `${say(expiresAt)} तक`;
  if (maxReads === null) return until;
  return `${until}, ${maxReads === 1 ? 'केवल एक बार' : `अधिक से अधिक ${maxReads} बार`}`;
}

function callOrganization(name: string | null): string {
  return name === null ? 'एक संगठन' : `संगठन "${name}"`;
}

function sayDecision(action: DecidedAction, category: string): string {
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `श्रेणी "${category}" के डेटा के लिए आपका अनुरोध स्वीकार किया है।`,
    ACCESS_DENIED: `श्रेणी "${category}" के डेटा के लिए आपका अनुरोध अस्वीकार किया है।`,
    ACCESS_PAUSED: `श्रेणी "${category}" का डेटा देखने की आपके संगठन की अनुमति कुछ समय के लिए रोक दी है।`,
    ACCESS_RESUMED: `श्रेणी "${category}" का डेटा देखने की आपके संगठन की अनुमति फिर से चालू कर दी है।`,
    ACCESS_REVOKED: `श्रेणी "${category}" के डेटा के लिए आपका अनुरोध समाप्त कर दिया है।`,
  };
  return words[action];
}

function sayWhatFollows(action: DecidedAction, terms: AccessTerms): string {
  const until = sayTerms(terms, 'जब तक वे इसे समाप्त नहीं करते, तब तक');
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `आपका संगठन यह डेटा ${until} देख सकता है।`,
    ACCESS_DENIED: 'आपका संगठन यह डेटा नहीं देख सकता।',
    ACCESS_PAUSED: 'जब तक वे इसे फिर से चालू नहीं करते, आपका संगठन यह डेटा नहीं देख सकता।',
    ACCESS_RESUMED: 'आपका संगठन यह डेटा फिर से देख सकता है।',
    ACCESS_REVOKED: 'आपका संगठन अब यह डेटा नहीं देख सकता।',
  };
  return words[action];
}

export const accessTemplates: AccessTemplates = {
  access_requested: ({ organization, verified, category, purpose, ...terms }) => ({
    subject: 'एक संगठन आपका डेटा देखना चाहता है',
    paragraphs: [
      `${callOrganization(organization)} TruConn पर श्रेणी "${category}" का आपका डेटा देखना चाहता है।`,
      ...(verified ? [] : ['यह संगठन वास्तव में कौन है, इसकी जाँच अभी तक नहीं हुई है।']),
      ...sayPurpose(purpose, {
        inAccount: 'संगठन ने जो कारण बताया है, वह आपके खाते में अनुरोध के साथ लिखा है।',
        quote: (words) => `संगठन का बताया हुआ कारण: "${words}"`,
      }),
      `यदि आप स्वीकार करते हैं, तो वह यह डेटा ${sayTerms(terms, 'जब तक आप इसे समाप्त नहीं करते, तब तक')} देख सकेगा।`,
      'जब तक आप स्वीकार नहीं करते, उसे आपके नाम के सिवा कुछ नहीं दिखता। स्वीकार या अस्वीकार करने के लिए TruConn में साइन इन करें और अपने अनुरोध देखें। यदि आप यह नहीं चाहते, तो आपको कुछ करने की ज़रूरत नहीं है।',
      CHOICE,
    ],
  }),
  access_decided: ({ person, category, action, decidedAt, ...terms }) => ({
    subject: 'आपके संगठन के अनुरोध पर निर्णय हुआ है',
    paragraphs: [
      `${person === null ? 'जिनसे आपने अनुरोध किया था, उन्होंने' : `${person} ने`} ${say(decidedAt)} ${sayDecision(action, category)}`,
      sayWhatFollows(action, terms),
      CHOICE,
    ],
  }),
  access_allowed: ({ organization, category, allowedAt, ...terms }) => ({
    subject: 'आपने एक संगठन को अपना डेटा देखने की अनुमति दी है',
    paragraphs: [
      `${say(allowedAt)} आपके खाते से ${callOrganization(organization)} को TruConn पर श्रेणी "${category}" का आपका डेटा ${sayTerms(terms, 'जब तक आप इसे समाप्त नहीं करते, तब तक')} देखने की अनुमति दी गई।`,
      'यदि यह आपने किया है, तो आपको कुछ करने की ज़रूरत नहीं है। आप अपने खाते में यह अनुमति कभी भी रोक सकते हैं या समाप्त कर सकते हैं।',
      'यदि यह आपने नहीं किया, तो कोई और आपके खाते का उपयोग कर रहा है: तुरंत साइन इन करें, यह अनुमति समाप्त करें और अपना पासवर्ड बदलें।',
    ],
  }),
  ends_soon: ({ consents, accesses }) => ({
    subject: 'आपकी दी हुई अनुमतियाँ जल्द समाप्त होने वाली हैं',
    paragraphs: [
      'TruConn पर ये अगले कुछ दिनों में अपने आप समाप्त हो जाएँगी:',
      ...consents.map(
        ({ category, endsAt }) =>
          `श्रेणी "${category}" के लिए आपकी सहमति, और उसके साथ यह डेटा देखने की सभी अनुमतियाँ: ${say(endsAt)}`,
      ),
      ...accesses.map(
        ({ organization, category, endsAt }) =>
          `${callOrganization(organization)} को दी हुई, श्रेणी "${category}" का डेटा देखने की अनुमति: ${say(endsAt)}`,
      ),
      'यदि आप चाहते हैं कि कोई सहमति जारी रहे, तो अपने खाते में उसे फिर से दें। किसी संगठन की अनुमति बढ़ाई नहीं जा सकती: उसे फिर से अनुरोध करना होगा। यदि आप यह नहीं चाहते, तो आपको कुछ करने की ज़रूरत नहीं है।',
      CHOICE,
    ],
  }),
};
