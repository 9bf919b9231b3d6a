// Buttons, and links that look like them.
import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import styles from './Button.module.css'
import { classes } from './classes'
import { Icon, type IconName } from './icons'

type Kind = 'plain' | 'primary' | 'danger' | 'quiet'

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'type'> {
  kind?: Kind
  icon?: IconName
  /** Whether it is being done: the button cannot be pressed meanwhile. */
  isBusy?: boolean
  type?: 'button' | 'submit'
  children?: ComponentChildren
}

/** A button with a text. */
export function Button({ kind = 'plain', icon, isBusy = false, type = 'button', children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={classes(styles.button, kind !== 'plain' && styles[kind], isBusy && styles.busy)}
      disabled={Boolean(rest.disabled) || isBusy}
      aria-busy={isBusy}
    >
      {isBusy ? <span class={styles.spinner} aria-hidden="true" /> : icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: IconName
  label: string
}

/** A button that is an icon; its label is read out, and shown as its title. */
export function IconButton({ icon, label, kind = 'quiet', isBusy = false, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={classes(styles.button, styles.icon, kind !== 'plain' && styles[kind])}
      title={label}
      aria-label={label}
      disabled={Boolean(rest.disabled) || isBusy}
      aria-busy={isBusy}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  href,
  icon,
  kind = 'plain',
  children,
}: {
  href: string
  icon?: IconName
  kind?: Kind
  children: ComponentChildren
}) {
  return (
    <a href={href} class={classes(styles.button, kind !== 'plain' && styles[kind])}>
      {icon && <Icon name={icon} size={16} />}
      {children}
    </a>
  )
}
