/** The API's numbers for what a file is attached for, as in `purposeId` (documented by the vendor). */
export const attachmentPurposes = {
  jobPaperwork: 1,
  jobQcPicture: 3,
  generic: 7,
  avatar: 8,
  jobInvoice: 14,
  jobSummary: 15,
  quoteApproval: 16,
} as const

/** One of {@link attachmentPurposes}. */
export type AttachmentPurposeId = (typeof attachmentPurposes)[keyof typeof attachmentPurposes]
