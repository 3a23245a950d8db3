Feature: Changing the own e-mail address

  A stolen access token must not lead to the account. So a new e-mail address needs the password. While the current
  address is verified the new one is pending until it is verified, and the owner of the current one is told.

  Rule: The password is required

    Scenario: A stolen access token cannot change the e-mail address
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "mallory@example.com" without a password
      Then the request is rejected with 422 validation_failed: required at "/current_password"
      And no email is sent
      When an anonymous client requests a password reset link for "mallory@example.com"
      Then no email is sent
      When Ada requests the current user
      Then the account has email "ada@example.org"
      And the account has email_verified true
      And the account has pending_email null

    Scenario: A wrong password
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "ada@example.com" with password "certainly not the password"
      Then the request is rejected with 403 wrong_password
      And no email is sent
      And the audit log has 1 "user.email_change_requested" event for Ada

    Scenario: A wrong password counts as a failed login
      Given Ada is logged in
      When Ada changes her email to "ada@example.com" with a wrong password 5 times
      And Ada changes her email to "ada@example.com"
      Then the request is rejected with 429 too_many_attempts
      And the audit log has 1 "user.locked_out" event for Ada

    Scenario Outline: <what> needs the password too
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      When Ada sends the update <change>
      Then the request is rejected with 422 validation_failed: required at "/current_password"

      Examples:
        | what                      | change                        |
        | Removing the address      | {"email":null}                |
        | The current address again | {"email":"ada@example.org"}   |

    Scenario Outline: A password beside <what> is ignored
      Given Ada is logged in
      When Ada sends the update <change>
      Then the response has an ETag
      And Ada is still logged in

      Examples:
        | what                  | change                                        |
        | other fields          | {"description":"new","current_password":"x"}  |
        | nothing else          | {"current_password":"x"}                      |

  Rule: Without a verified address the new one takes effect at once

    Scenario: An address that was never verified is replaced
      Given Ada has the unverified email "ada@example.org"
      And Ada is logged in
      When Ada changes her email to "ada@example.com"
      Then the account has email "ada@example.com"
      And the account has email_verified false
      And the account has pending_email null
      And the audit log has 1 "user.email_changed" event for Ada
      And an email to "ada@example.com" contains a link to "/verify-email"

  Rule: An account without a password needs a recent sign-in

    Background:
      Given Ada has the verified email "ada@example.org"
      And Ada has received a login link
      And Ada has no password yet
      And Ada logs in with the link

    Scenario: Soon after signing in
      When Ada changes her email to "ada@example.com" without a password
      Then the account has pending_email "ada@example.com"

    Scenario: An older session, however often it was refreshed
      When 9 minutes pass
      And Ada refreshes
      And 2 minutes pass
      And Ada changes her email to "ada@example.com" without a password
      Then the request is rejected with 401 insufficient_user_authentication
      And the response header WWW-Authenticate is 'Bearer error="insufficient_user_authentication", max_age="600"'
      And no email is sent

    Scenario: A password that does not exist
      When Ada changes her email to "ada@example.com" with password "x"
      Then the request is rejected with 422 validation_failed: no_password at "/current_password"
      And the audit log has 0 "user.email_change_requested" events for Ada

    @proves:auth.stepUp.maxAge
    Scenario: The operator decides how recent
      When 5 minutes pass
      And the operator sets auth.stepUp.maxAge to 4m
      And Ada changes her email to "ada@example.com" without a password
      Then the request is rejected with 401 insufficient_user_authentication
      And the response header WWW-Authenticate is 'Bearer error="insufficient_user_authentication", max_age="240"'
      When the operator sets auth.stepUp.maxAge to 6m
      And Ada changes her email to "ada@example.com" without a password
      Then the account has pending_email "ada@example.com"
