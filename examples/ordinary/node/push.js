// Sends one lead's status to CAKE.

import axios from 'axios';
import { XMLParser } from 'fast-xml-parser';

const UPDATED = 0;
const REJECTED = 10;
const UNKNOWN = 11;

const { CAKE_URL, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS, CAKE_SUB_STATUS, CAKE_FIELDS } = process.env;

function parameters() {
  const params = {
    api_key: CAKE_API_KEY,
    lead_id: CAKE_LEAD_ID,
    status: CAKE_STATUS,
    ...JSON.parse(CAKE_FIELDS || '{}'),
  };
  if (CAKE_SUB_STATUS) {
    params.sub_status = CAKE_SUB_STATUS;
  }
  return params;
}

async function updateLeadStatus() {
  const response = await axios.get(CAKE_URL, {
    params: parameters(),
    responseType: 'text',
    timeout: 10_000,
    // The key is in the query, and goes to no other host.
    maxRedirects: 0,
  });
  // `true` refuses XML that is cut short, which the parser alone reads as far as it goes.
  const { result } = new XMLParser().parse(response.data, true);
  return { code: result?.code, msg: result?.msg };
}

async function main() {
  try {
    const { code, msg } = await updateLeadStatus();
    console.log(`code ${code}: ${msg}`);
    if (code === 0) return UPDATED;
    if ([1, 2, 3, 4].includes(code)) return REJECTED;
  } catch (error) {
    console.error(error.message);
  }
  return UNKNOWN;
}

process.exitCode = await main();
