import { edit, type RefusedCase } from './refused-case.ts';

const P = 'plan-2025/source.yaml';

/** What plans say of items, of where it is read off what is done, and of signals. */
export const ITEM_CASES: readonly RefusedCase[] = [
  edit(
    'PLAN_ITEM_TWICE',
    [P, 'id: old_estate_area', 'id: total_ha'],
    '132:9 targets[10].id',
    '计划供应住宅用地面积合计',
  ),
  edit('PLAN_ITEM_TWICE', [P, 'title: 保交房项目\n', 'title: 小 计套数\n'], '139:12 targets[11].title', '小计套数'),
  edit(
    'PLAN_DONE_KEYS',
    [P, '{ from: land, uses: [公共租赁住房用地, 公租房用地] }', '{ from: land }'],
    '57:9 tables[2].columns[4].done',
  ),
  edit(
    'PLAN_DONE_KEYS',
    [P, '{ from: permits } }', '{ from: permits, at: sold } }'],
    '19:113 tables[0].columns[0].done.at',
    'from: land',
  ),
  edit(
    'PLAN_DONE_UNIT',
    [P, 'unit: wan-sqm, done: { from: permits } }', 'unit: wan-sqm, done: { from: projects-delivered } }'],
    '19:100 tables[0].columns[0].done.from',
    'count',
  ),
  edit(
    'PLAN_DONE_SUM',
    [
      P,
      'title: 租赁住宅用地小计, unit: hectare }',
      'title: 租赁住宅用地小计, unit: hectare, done: { from: progress } }',
    ],
    '58:69 tables[2].columns[5].done',
  ),
  edit(
    'PLAN_USE_TWICE',
    [P, '[公共租赁住房用地, 公租房用地]', '[公共租赁住房用地, 公租房用地, 保租房 用地]'],
    '57:53 tables[2].columns[4].done.uses[2]',
    '保障性租赁住宅用地',
  ),
  edit('PLAN_NUMBER', [P, 'amount: "99"', 'amount: 99个'], '123:13 targets[8].amount'),
  edit('PLAN_NUMBER', [P, 'amount: "99"', 'amount: "-"'], '123:13 targets[8].amount'),
  edit(
    'PLAN_REGION_UNKNOWN',
    [
      P,
      'region: "653101"\n    done: { from: progress }\n  - id: urban_village_homes_started',
      'region: "653199"\n    done: { from: progress }\n  - id: urban_village_homes_started',
    ],
    '97:13 targets[4].region',
  ),
  edit(
    'PLAN_SIGNAL_COLUMN',
    [P, 'housing: commercial_housing_area_wan_sqm', 'housing: commercial_housing'],
    '153:14 signals.landPerHousing.housing',
    'commercial_housing_area_wan_sqm',
  ),
  edit(
    'PLAN_SIGNAL_COLUMN',
    [P, 'homes: affordable_rental_units', 'homes: affordable_rental_ha'],
    '159:14 signals.homeSize[0].homes',
    'affordable_rental_units',
  ),
  edit('VALUE_FORMAT', [P, 'above: "70"', 'above: 70㎡'], '161:14 signals.homeSize[0].above'),
];
