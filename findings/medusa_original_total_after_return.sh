#!/usr/bin/env bash
# Medusa: `original_total` of an order shrinks when goods come back, as `total` does. Who exports it as what was sold,
# and the refunds beside it, subtracts every return twice. (Needs Node 20 and npm.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund '@medusajs/utils@2.21.2'

node - <<'JS'
const { decorateCartTotals } = require('@medusajs/utils')

console.log('@medusajs/utils', require('./node_modules/@medusajs/utils/package.json').version)

// Two pieces of 50.00, tax included, both delivered.
const order = (returned) => decorateCartTotals({
  currency_code: 'eur',
  shipping_methods: [],
  items: [{
    id: 'line_1', unit_price: 50, quantity: 2, is_tax_inclusive: true, adjustments: [],
    tax_lines: [{ code: 'vat', rate: 20 }],
    detail: { quantity: 2, fulfilled_quantity: 2, return_received_quantity: returned },
  }],
})
const [sold, returned] = [order(0), order(1)].map((o) => [Number(o.original_total), Number(o.total)])

console.log('Expected: original_total stays 100 when one of two pieces comes back')
console.log(`Seen: original_total ${sold[0]}, total ${sold[1]}; after the return ${returned[0]} and ${returned[1]}`)
if (sold[0] !== 100 || returned[0] !== 50) {
  console.error('This has changed.')
  process.exit(1)
}
JS
