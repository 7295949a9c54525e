/** How FORMAT writes numbers in the locales of MySQL (8.0 manual, "MySQL Server Locale Support"). */

export interface NumberLocale {
  readonly point: string;
  /** Between groups of digits; empty for none. */
  readonly separator: string;
  /** Digits of the last group, and of those before it. */
  readonly groups: readonly [last: number, others: number];
}

const thousands = [3, 3] as const;

const styles: readonly (readonly [NumberLocale, string])[] = [
  [
    { point: '.', separator: ',', groups: thousands },
    'ar_AE ar_BH ar_DZ ar_EG ar_IN ar_IQ ar_JO ar_KW ar_LB ar_LY ar_MA ar_OM ar_QA ar_SD ar_SY ar_TN ar_YE en_AU en_CA en_GB en_NZ en_PH en_US en_ZA en_ZW es_DO es_GT es_HN es_MX es_NI es_PA es_PE es_PR es_SV es_US gu_IN he_IL hi_IN ja_JP ko_KR ms_MY th_TH ur_PK zh_CN zh_HK zh_TW',
  ],
  [{ point: '.', separator: '', groups: thousands }, 'ar_SA sr_RS'],
  [
    { point: ',', separator: '.', groups: thousands },
    'be_BY da_DK de_BE de_DE de_LU es_AR es_BO es_CL es_CO es_EC es_ES es_PY es_UY es_VE fo_FO hu_HU id_ID is_IS lt_LT mn_MN nb_NO no_NO ro_RO ru_UA sq_AL tr_TR uk_UA vi_VN',
  ],
  [
    { point: ',', separator: '', groups: thousands },
    'ca_ES de_AT el_GR eu_ES fr_BE fr_CA fr_CH fr_FR fr_LU gl_ES hr_HR it_IT nl_BE nl_NL pl_PL pt_BR pt_PT sl_SI',
  ],
  [
    { point: ',', separator: ' ', groups: thousands },
    'cs_CZ es_CR et_EE fi_FI lv_LV mk_MK ru_RU sk_SK sv_FI sv_SE',
  ],
  [{ point: '.', separator: "'", groups: thousands }, 'de_CH'],
  [{ point: ',', separator: "'", groups: thousands }, 'it_CH rm_CH'],
  [{ point: '.', separator: ',', groups: [3, 2] }, 'en_IN ta_IN te_IN'],
];

const byName = new Map(
  styles.flatMap(([style, names]) => names.split(' ').map((name) => [name.toLowerCase(), style] as const)),
);

export const plainLocale: NumberLocale = styles[0]![0];

/** By its name in any letter case; undefined for none. */
export const findNumberLocale = (name: string): NumberLocale | undefined => byName.get(name.toLowerCase());

/** Whole digits in groups. */
export function grouped(digits: string, { separator, groups: [last, others] }: NumberLocale): string {
  if (separator === '' || digits.length <= last) return digits;
  const parts = [digits.slice(-last)];
  for (let end = digits.length - last; end > 0; end -= others) {
    parts.unshift(digits.slice(Math.max(0, end - others), end));
  }
  return parts.join(separator);
}
