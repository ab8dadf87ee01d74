import type { Language, RecordSchema } from '@truconn/contract';
import { FIRST_RECORD_SCHEMAS } from './first-record-schemas.ts';

/** A category as the first start creates it. Later changes are an administrator's, not this file's. */
export interface FirstCategory {
  id: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  /** Where the fields come from a record, and not from the profile. */
  recordSchema?: RecordSchema;
  /** Version 1 of the notice. */
  notice: Record<Language, string>;
}

export const FIRST_CATEGORIES: FirstCategory[] = [
  {
    id: 1,
    key: 'identity',
    name: 'Identity',
    description: 'Your first name, last name and username.',
    fields: ['firstName', 'lastName', 'username'],
    notice: {
      en: 'If you agree, organizations may ask to see your first name, last name and username. Nobody sees them until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन आपका पहला नाम, उपनाम और उपयोगकर्ता नाम देखने का अनुरोध कर सकते हैं। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इन्हें नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમારું નામ, અટક અને વપરાશકર્તાનામ જોવાની વિનંતી કરી શકે છે. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 2,
    key: 'contact',
    name: 'Contact',
    description: 'Your e-mail address, mobile number and postal address.',
    fields: ['email', 'mobile', 'address'],
    notice: {
      en: 'If you agree, organizations may ask to see your e-mail address, mobile number and postal address, so that they can reach you. Nobody sees them until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन आपसे संपर्क करने के लिए आपका ई-मेल पता, मोबाइल नंबर और डाक पता देखने का अनुरोध कर सकते हैं। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इन्हें नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમારો સંપર્ક કરવા માટે તમારું ઈ-મેલ સરનામું, મોબાઇલ નંબર અને ટપાલ સરનામું જોવાની વિનંતી કરી શકે છે. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 3,
    key: 'location',
    name: 'Location',
    description: 'The place you entered in your profile.',
    fields: ['location'],
    notice: {
      en: 'If you agree, organizations may ask to see the place you entered in your profile. Your device is never located. Nobody sees the place until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन वह स्थान देखने का अनुरोध कर सकते हैं जो आपने अपनी प्रोफ़ाइल में लिखा है। आपके उपकरण का स्थान कभी पता नहीं किया जाता। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इसे नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમે પ્રોફાઇલમાં લખેલું સ્થળ જોવાની વિનંતી કરી શકે છે. તમારા ઉપકરણનું સ્થાન ક્યારેય શોધવામાં આવતું નથી. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 4,
    key: 'health',
    name: 'Health',
    description: 'The health record that you keep here.',
    fields: ['bloodGroup', 'allergies', 'conditions', 'medications'],
    recordSchema: FIRST_RECORD_SCHEMAS.health,
    notice: {
      en: 'If you agree, organizations may ask to see the health record that you keep here: blood group, allergies, conditions and medications. Nobody sees it until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन यहाँ रखा आपका स्वास्थ्य अभिलेख देखने का अनुरोध कर सकते हैं: रक्त समूह, एलर्जी, बीमारियाँ और दवाएँ। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इसे नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમે અહીં રાખેલો આરોગ્ય રેકોર્ડ જોવાની વિનંતી કરી શકે છે: રક્ત જૂથ, એલર્જી, બીમારીઓ અને દવાઓ. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 5,
    key: 'financial',
    name: 'Financial',
    description: 'The financial record that you keep here.',
    fields: ['bankName', 'accountNumber', 'annualIncome', 'taxId'],
    recordSchema: FIRST_RECORD_SCHEMAS.financial,
    notice: {
      en: 'If you agree, organizations may ask to see the financial record that you keep here: bank, account number, yearly income and tax number. Nobody sees it until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन यहाँ रखा आपका वित्तीय अभिलेख देखने का अनुरोध कर सकते हैं: बैंक, खाता संख्या, वार्षिक आय और कर संख्या। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इसे नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમે અહીં રાખેલો નાણાકીય રેકોર્ડ જોવાની વિનંતી કરી શકે છે: બેંક, ખાતા નંબર, વાર્ષિક આવક અને કર નંબર. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 6,
    key: 'education',
    name: 'Education',
    description: 'The education record that you keep here.',
    fields: ['institution', 'qualification', 'yearOfCompletion'],
    recordSchema: FIRST_RECORD_SCHEMAS.education,
    notice: {
      en: 'If you agree, organizations may ask to see the education record that you keep here: institution, qualification and year of completion. Nobody sees it until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन यहाँ रखा आपका शिक्षा अभिलेख देखने का अनुरोध कर सकते हैं: संस्थान, योग्यता और पूर्ण होने का वर्ष। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इसे नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમે અહીં રાખેલો શિક્ષણ રેકોર્ડ જોવાની વિનંતી કરી શકે છે: સંસ્થા, લાયકાત અને પૂર્ણ થવાનું વર્ષ. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
  {
    id: 7,
    key: 'employment',
    name: 'Employment',
    description: 'The employment record that you keep here.',
    fields: ['employer', 'position', 'startDate'],
    recordSchema: FIRST_RECORD_SCHEMAS.employment,
    notice: {
      en: 'If you agree, organizations may ask to see the employment record that you keep here: employer, position and start date. Nobody sees it until you approve that organization’s request. You can withdraw at any time, and every request, decision and reading is on your record.',
      hi: 'आपकी सहमति से संगठन यहाँ रखा आपका रोज़गार अभिलेख देखने का अनुरोध कर सकते हैं: नियोक्ता, पद और आरंभ तिथि। जब तक आप किसी संगठन का अनुरोध स्वीकार नहीं करते, कोई इसे नहीं देख सकता। आप कभी भी सहमति वापस ले सकते हैं, और हर अनुरोध, निर्णय और उपयोग आपके अभिलेख में दर्ज रहता है।',
      gu: 'તમારી સંમતિથી સંસ્થાઓ તમે અહીં રાખેલો રોજગાર રેકોર્ડ જોવાની વિનંતી કરી શકે છે: નોકરીદાતા, હોદ્દો અને શરૂઆતની તારીખ. જ્યાં સુધી તમે કોઈ સંસ્થાની વિનંતી મંજૂર ન કરો ત્યાં સુધી કોઈ તે જોઈ શકતું નથી. તમે ગમે ત્યારે સંમતિ પાછી ખેંચી શકો છો, અને દરેક વિનંતી, નિર્ણય અને ઉપયોગ તમારા રેકોર્ડમાં નોંધાય છે.',
    },
  },
];
