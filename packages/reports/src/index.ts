export { renderCertificateDocx } from './certificate-docx.ts';
export { renderCertificateHtml } from './certificate-html.ts';
export { renderCertificateJson } from './certificate-json.ts';
export { certificateCode, verifyCode } from './code.ts';
export { type CertificateReading, readCertificateFile } from './read-certificate.ts';
