import { accessTemplates } from './access-hi.ts';
import { inDaysOrHours, type LanguageWords, type MembershipWords, type Templates } from './mail-words.ts';

const MEMBERSHIPS: MembershipWords = { owner: 'स्वामी', member: 'सदस्य' };

function sayHowLong(hours: number): string {
  const time = inDaysOrHours(hours);
  return `यह लिंक ${'days' in time ? `${time.days} दिन` : `${time.hours} घंटे`} तक, और केवल एक बार काम करेगा।`;
}

function sayWhere(organization: string | null): string {
  return organization === null ? 'एक संगठन में' : `संगठन "${organization}" में`;
}

const templates: Templates = {
  verify_email: ({ link, hours }) => ({
    subject: 'अपने ईमेल पते की पुष्टि करें',
    paragraphs: [
      'किसी ने, संभवतः आपने ही, TruConn के एक खाते के लिए यह ईमेल पता दिया है। यह पता आपका ही है, इसकी पुष्टि करने के लिए यह पेज खोलें:',
      { link },
      sayHowLong(hours),
      'यदि यह आपने नहीं किया, तो आपको कुछ करने की ज़रूरत नहीं है: इस लिंक के बिना कोई भी इस पते की पुष्टि नहीं कर सकता।',
    ],
  }),
  reset_password: ({ link, hours }) => ({
    subject: 'नया पासवर्ड चुनें',
    paragraphs: [
      'किसी ने, संभवतः आपने ही, TruConn के आपके खाते के लिए नया पासवर्ड माँगा है। नया पासवर्ड चुनने के लिए यह पेज खोलें:',
      { link },
      sayHowLong(hours),
      'यदि यह आपने नहीं माँगा, तो आपको कुछ करने की ज़रूरत नहीं है: आपका पासवर्ड वही रहेगा। यह लिंक किसी को न दें: जिसके पास यह लिंक हो, वह आपका पासवर्ड बदल सकता है।',
    ],
  }),
  change_email: ({ link, hours, newEmail }) => ({
    subject: 'अपने नए ईमेल पते की पुष्टि करें',
    paragraphs: [
      `TruConn के एक खाते का ईमेल पता बदलकर ${newEmail} किया जाना है। इसकी पुष्टि करने के लिए यह पेज खोलें:`,
      { link },
      sayHowLong(hours),
      'यदि यह आपने नहीं माँगा, तो आपको कुछ करने की ज़रूरत नहीं है: खाते का पुराना पता ही बना रहेगा।',
    ],
  }),
  email_change_asked: ({ newEmail }) => ({
    subject: 'आपके खाते का ईमेल पता बदलने का अनुरोध',
    paragraphs: [
      `किसी ने, संभवतः आपने ही, TruConn के आपके खाते का ईमेल पता इस पते से बदलकर ${newEmail} करने का अनुरोध किया है। नए पते से पुष्टि होने पर ही यह बदलेगा।`,
      'यदि यह आपने नहीं किया, तो हो सकता है कि कोई आपका पासवर्ड जानता हो: तुरंत साइन इन करके अपना पासवर्ड बदलें।',
    ],
  }),
  email_changed: ({ newEmail }) => ({
    subject: 'आपके खाते का ईमेल पता बदल गया है',
    paragraphs: [
      `TruConn के आपके खाते का ईमेल पता अब ${newEmail} है। इस पुराने पते से अब कोई साइन इन नहीं कर सकता।`,
      'यदि यह आपने नहीं किया, तो तुरंत इस TruConn को चलाने वालों से संपर्क करें।',
    ],
  }),
  password_changed: () => ({
    subject: 'आपका पासवर्ड बदल गया है',
    paragraphs: [
      'TruConn के आपके खाते का पासवर्ड बदल दिया गया है।',
      'यदि यह आपने नहीं किया, तो साइन इन पेज से तुरंत नया पासवर्ड माँगें, और इस TruConn को चलाने वालों को बताएँ।',
    ],
  }),
  accept_invitation: ({ organization, inviter, membership, link, hours }) => ({
    subject: 'आपको एक संगठन में शामिल होने का निमंत्रण मिला है',
    paragraphs: [
      inviter === null
        ? `आपको TruConn पर ${sayWhere(organization)} ${MEMBERSHIPS[membership]} के रूप में शामिल होने का निमंत्रण मिला है।`
        : `${inviter} ने आपको TruConn पर ${sayWhere(organization)} ${MEMBERSHIPS[membership]} के रूप में शामिल होने का निमंत्रण दिया है।`,
      'निमंत्रण स्वीकार करने के लिए इसी ईमेल पते वाले खाते में साइन इन करें, या नया खाता बनाएँ, और यह पेज खोलें:',
      { link },
      sayHowLong(hours),
      'यदि आप इस संगठन को नहीं जानते, तो आपको कुछ करने की ज़रूरत नहीं है।',
    ],
  }),
  officer_application_decided: ({ approved, reason }) => ({
    subject: 'अधिकारी बनने का आपका आवेदन',
    paragraphs: [
      approved
        ? 'अधिकारी बनने का आपका आवेदन स्वीकार कर लिया गया है।'
        : 'अधिकारी बनने का आपका आवेदन स्वीकार नहीं किया गया है।',
      ...(reason === null ? [] : [`बताया गया कारण: ${reason}`]),
    ],
  }),
  ...accessTemplates,
};

export const hi: LanguageWords = {
  greet: (name) => (name === null ? 'नमस्ते,' : `नमस्ते ${name},`),
  templates,
  close: (publicUrl) =>
    `यह मेल TruConn ने ${publicUrl} से भेजा है। इसे एक प्रोग्राम ने लिखा है, और इसका उत्तर कोई नहीं पढ़ता।`,
};
