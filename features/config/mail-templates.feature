Feature: Configuring the templates of each email

  @proves:mail.templates.<key>.<part>
  Scenario Outline: The <part> of <kind>
    When an email of the kind <kind> is sent to Ada
    Then the <part> of the email does not contain "Custom text"
    When the operator sets mail.templates.<key>.<part> to Custom text {{link}}
    And an email of the kind <kind> is sent to Ada
    Then the <part> of the email starts with "Custom text"

    Examples:
      | kind                   | key                  | part |
      | email_verification     | emailVerification    | text |
      | email_verification     | emailVerification    | html |
      | password_reset         | passwordReset        | text |
      | password_reset         | passwordReset        | html |
      | magic_link             | magicLink            | text |
      | magic_link             | magicLink            | html |
      | inactive_warning       | inactiveWarning      | text |
      | inactive_warning       | inactiveWarning      | html |
      | email_change_requested | emailChangeRequested | text |
      | email_change_requested | emailChangeRequested | html |
      | email_changed          | emailChanged         | text |
      | email_changed          | emailChanged         | html |
      | password_changed       | passwordChanged      | text |
      | password_changed       | passwordChanged      | html |
      | account_claimed        | accountClaimed       | text |
      | account_claimed        | accountClaimed       | html |

  @proves:mail.templates.<key>.subject
  Scenario Outline: The subject of <kind>
    When an email of the kind <kind> is sent to Ada
    Then the subject of the email does not contain "Custom text"
    When the operator sets mail.templates.<key>.subject to Custom text
    And an email of the kind <kind> is sent to Ada
    Then the subject of the email starts with "Custom text"

    Examples:
      | kind                   | key                  |
      | email_verification     | emailVerification    |
      | password_reset         | passwordReset        |
      | magic_link             | magicLink            |
      | inactive_warning       | inactiveWarning      |
      | email_change_requested | emailChangeRequested |
      | email_changed          | emailChanged         |
      | password_changed       | passwordChanged      |
      | account_claimed        | accountClaimed       |
