/** What a code means in a few words, and what the sender does about it. */
export type Remedy = { readonly words: string; readonly fix: string };

const REMEDIES: Readonly<Record<string, Remedy>> = {
  ROW_SHAPE: {
    words: '列数与表头不符',
    fix: '对照表头逐格核对，缺的补上，多的删去；写着“（缺此格）”的格要改成真实内容',
  },
  ROW_CUT: { words: '一行断成两行', fix: '把断开的两行接成一行，格内不要换行' },
  ROW_CONFLICT: { words: '同一单位同一月份（同一编号）有不同的数', fix: '只留正确的一行，删去其余' },
  CELL_TOO_LONG: { words: '单元格内容过长', fix: '只填这一列要的内容，其余移到别处' },
  CELL_SWALLOWS_ROWS: { words: '一个格里像是吞了几行', fix: '检查引号，把吞进去的行拆出来' },
  CELL_ERROR: { words: '单元格是公式错误', fix: '修好公式，或直接填数字' },
  CELL_MERGED: { words: '合并单元格占了几行', fix: '取消合并，每一行各填各的' },
  CELL_FORMULA_NO_VALUE: { words: '公式没有结果', fix: '用 Excel 或 WPS 打开、计算并保存，或直接填数字' },
  CHAR_CONTROL: { words: '含有看不见的控制字符', fix: '清空这一格，重新键入' },
  ENC_MOJIBAKE: { words: '文字是乱码', fix: '重新键入正确的文字' },
  KEY_MISSING: { words: '缺单位、月份或编号', fix: '补填空着的一格' },
  UNIT_UNKNOWN: { words: '单位名称不认识', fix: '改成本地区的县市名称、简称或代码，不要有错别字' },
  REGION_CONFLICT: { words: '代码和名称不是同一单位', fix: '核对后让两者一致' },
  CODE_FORMAT: { words: '编号有误', fix: '核对编号：字母和数字用半角，O 和 0、l 和 1 不要混' },
  DATE_FORMAT: { words: '看不出是哪个日期或月份', fix: '月份写作 2025-10，日期写作 2025-10-31' },
  DATE_INVALID: { words: '日期不存在', fix: '改成真实的日期或月份' },
  DATE_AMBIGUOUS: { words: '月份有两种读法', fix: '写作 2025-01 或 2025-10，月份写两位' },
  DATE_NOT_MONTH_END: { words: '日期不是月末', fix: '按月报送的写月份（2025-10）或当月最后一天' },
  DATE_SERIAL: { words: '日期序号无效', fix: '重新填写日期，如 2025-10-31' },
  DATE_ORDER: { words: '日期先后不对', fix: '核对两个日期，后发生的不能早于先发生的' },
  PERIOD_FUTURE: { words: '日期或月份还没有到', fix: '改成已经过去的日期或月份' },
  PERIOD_CONFLICT: { words: '月份与标题或文件名不一致', fix: '核对是哪个月的数，让两处一致' },
  PERIOD_CUMULATIVE: { words: '像是累计数，不是当月数', fix: '改填当月数' },
  NUM_FORMAT: { words: '不是数字', fix: '只填数字；没有数就空着，说明写到备注' },
  NUM_RANGE: { words: '数字过大或位数过多', fix: '核对数字和单位' },
  COUNT_NOT_INTEGER: { words: '套数、件数不是整数', fix: '填整数' },
  PERCENT_SCALE: { words: '百分比说不清是百分之几还是几成', fix: '写上百分号，如 62.5%' },
  FLAG_FORMAT: { words: '不是“是”或“否”', fix: '只填“是”或“否”' },
  KIND_UNKNOWN: { words: '类型不认识', fix: '改成台账规定的类型，如 竣工、收回、公告、成交、签订合同' },
  VALUE_REQUIRED: { words: '必填的一格空着', fix: '补填；确实为零才填 0' },
  NUM_NEGATIVE: { words: '不应为负的数是负数', fix: '核对正负号' },
  SALES_NEGATIVE: { words: '网签为负', fix: '新签和撤销分两列填，都不为负' },
  STOCK_NEGATIVE: { words: '库存为负', fix: '核对库存，最小为 0' },
  UNIT_MISSING: { words: '没有写计量单位', fix: '在单位一格写明 平方米、万平方米、公顷 或 亩' },
  UNIT_UNSUPPORTED: { words: '计量单位不认识', fix: '改成 平方米、万平方米、公顷 或 亩（金额：元、万元、亿元）' },
  UNIT_CONFLICT: { words: '这一格的单位与表头不同', fix: '换算成表头的单位，只填数字' },
  UNIT_SUSPECT: { words: '数字大得像是单位填错', fix: '核对单位：万平方米列里是不是填了平方米' },
  MERGED_SELF: { words: '项目写成并入它自己', fix: '填真正并入的项目编号；没有并入其他项目的空着' },
  PERSONAL_DATA: { words: '含有姓名、证件号等个人信息', fix: '删去个人信息，只留编号和数字' },
};

const UNKNOWN: Remedy = { words: '有问题', fix: '按原因一列核对后改正' };

export function remedyOf(code: string): Remedy {
  return REMEDIES[code] ?? UNKNOWN;
}

/** Whether a code has words of its own; every code that refuses a row has, as the tests see to it. */
export function hasRemedy(code: string): boolean {
  return REMEDIES[code] !== undefined;
}
