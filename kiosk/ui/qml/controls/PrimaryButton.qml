// The way on: bottom right, one on a screen.
import "../theme"

Button {
    strong: true
    iconRight: true
    implicitHeight: Theme.px(84)
}
