export { type CalendarFeature, type CalendarOptions, calendarFeatures, withCalendar } from './calendar.js'
export { type FourierOptions, fourierFeatures } from './fourier.js'
