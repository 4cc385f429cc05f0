// Any other button: outlined.
Button {
}
