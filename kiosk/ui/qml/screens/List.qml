// Rows that tell or can be pressed: a category's services, a technician's pages.
import "../theme"
import "../controls"

Shape {
    id: screen
    sign: shown.icon
    colour: shown.category ? Theme.category(shown.category) : Theme.primary
    leadSpan: 4
    bodySpan: shown.category ? 7 : 8
}
