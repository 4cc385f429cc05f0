// A code is held before the scanner.
import "../theme"
import "../controls"

Shape {
    id: screen
    sign: shown.icon
    leadSpan: 6
    bodySpan: 5

    Icon {
        visible: screen.wide
        x: parent.width - width - Theme.margin - Theme.span(1)
        y: Math.round((parent.height - height) / 2)
        name: "scan"
        side: Theme.px(360)
        colour: Theme.primary
    }
}
